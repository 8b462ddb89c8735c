/** @type {import('next').NextConfig} */
module.exports = {
  reactStrictMode: true,
  poweredByHeader: false,
  // Next takes the outermost lockfile for the root, and one may well lie in a folder above this one.
  outputFileTracingRoot: __dirname,
  turbopack: { root: __dirname },
  // `npm test` checks the types of everything; a slip in some test is no reason for the demo not to start.
  typescript: { ignoreBuildErrors: true },
}
