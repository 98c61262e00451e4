/** The version of this package, as it stands in the User-Agent header. A test holds it equal to package.json. */
export const version = "0.1.0";
