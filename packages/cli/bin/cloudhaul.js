#!/usr/bin/env node
// A file of the repository, not of the build: npm links no command whose file is missing when it installs.
import "../dist/main.js";
