import { readFileSync } from 'node:fs'

/** The version that this repository itself is developed with, as installed: the newest that is supported. */
function own(name) {
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  return JSON.parse(readFileSync(manifest, 'utf8')).version
}

/**
 * What people have installed together, oldest first; exact versions, so that a failure tells of this package alone.
 * `resolutions` are kinds of TypeScript's `moduleResolution`, the first being what Next wrote into new apps then;
 * `bundlers` are those that could build for production, the first being the default then, each with its flag.
 */
export const MATRIX = [
  {
    name: '12.3',
    versions: {
      next: '12.3.7',
      react: '17.0.2',
      'react-dom': '17.0.2',
      // The first of 4.24 that Node can load: a string in those before ends in the middle of a line.
      'next-auth': '4.24.3',
      swr: '2.0.0',
      typescript: '4.9.5',
      '@types/react': '17.0.93',
      '@types/react-dom': '17.0.26',
    },
    resolutions: ['node', 'node16'],
    bundlers: { webpack: [] },
    jsx: 'preserve',
    watchesDevelopment: true,
  },
  {
    name: '13',
    versions: {
      next: '13.5.11',
      react: '18.2.0',
      'react-dom': '18.2.0',
      'next-auth': '4.24.5',
      swr: '2.1.5',
      typescript: '5.1.6',
      '@types/react': '18.2.79',
      '@types/react-dom': '18.2.25',
    },
    resolutions: ['bundler', 'node', 'node16'],
    bundlers: { webpack: [] },
    jsx: 'preserve',
  },
  {
    name: '14',
    versions: {
      next: '14.2.35',
      react: '18.3.1',
      'react-dom': '18.3.1',
      'next-auth': '4.24.11',
      swr: '2.2.5',
      typescript: '5.4.5',
      '@types/react': '18.3.31',
      '@types/react-dom': '18.3.7',
    },
    resolutions: ['bundler', 'node', 'node16'],
    bundlers: { webpack: [] },
    jsx: 'preserve',
    watchesDevelopment: true,
  },
  {
    name: '15',
    versions: {
      next: '15.5.29',
      react: '19.1.0',
      'react-dom': '19.1.0',
      'next-auth': '4.24.13',
      swr: '2.3.6',
      typescript: '5.8.3',
      '@types/react': '19.1.10',
      '@types/react-dom': '19.1.7',
    },
    resolutions: ['bundler', 'node', 'node16'],
    bundlers: { webpack: [], turbopack: ['--turbopack'] },
    jsx: 'preserve',
  },
  {
    name: '16',
    versions: {
      next: own('next'),
      react: own('react'),
      'react-dom': own('react-dom'),
      'next-auth': own('next-auth'),
      swr: own('swr'),
      typescript: own('typescript'),
      '@types/react': own('@types/react'),
      '@types/react-dom': own('@types/react-dom'),
    },
    resolutions: ['bundler', 'node', 'node16'],
    bundlers: { turbopack: [], webpack: ['--webpack'] },
    jsx: 'react-jsx',
    middleware: 'proxy',
    watchesDevelopment: true,
  },
]

/** In all of them. */
export const NODE_TYPES = own('@types/node')
