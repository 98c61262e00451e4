// import.mjs [PACKAGE]: loads it and does nothing with it.
const [, , name] = process.argv;
if (name) await import(name);
