/** The token backend is a route of this app itself. */
export const backendURL = `http://127.0.0.1:${process.env.PORT ?? 3000}/api/backend`
