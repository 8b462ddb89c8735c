import type { NextApiRequest, NextApiResponse } from 'next'
import * as core from 'next-auth-refresh'
import * as axios from 'next-auth-refresh/axios'
import * as middleware from 'next-auth-refresh/middleware'
import * as react from 'next-auth-refresh/react'
import * as redis from 'next-auth-refresh/redis'
import * as server from 'next-auth-refresh/server'
import * as swr from 'next-auth-refresh/swr'
import * as testing from 'next-auth-refresh/testing'

/** The names that each entry has once it has been bundled. */
export default function entries(_req: NextApiRequest, res: NextApiResponse) {
  const all = {
    '.': core,
    './axios': axios,
    './middleware': middleware,
    './react': react,
    './redis': redis,
    './server': server,
    './swr': swr,
    './testing': testing,
  }
  res.json(Object.fromEntries(Object.entries(all).map(([entry, names]) => [entry, Object.keys(names)])))
}
