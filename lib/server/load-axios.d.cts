/** axios itself. Its types differ between its module formats, so whoever calls this names the one they are in. */
declare function loadAxios(): unknown
export = loadAxios
