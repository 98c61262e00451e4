/** The little of it that the tests use: it brings no types. */
declare module "esdk-obs-nodejs" {
  class ObsClient {
    constructor(options: {
      access_key_id: string;
      secret_access_key: string;
      security_token: string | undefined;
      server: string;
      signature: "v2" | "obs";
      path_style: boolean;
    });
    createSignedUrlSync(request: { Method: "GET"; Bucket: string; Key: string; Expires: number }): {
      SignedUrl: string;
    };
  }
  export = ObsClient;
}
