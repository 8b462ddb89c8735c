// Loaded on the first call: axios takes as long to start as next-auth, and most apps call the server without it. A file
// of its own, for only CommonJS can wait with an import and still give its result at once.
module.exports = () => require('axios')
