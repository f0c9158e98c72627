// Collects the licence of every npm package that a build took something from.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|copying|notice|thirdpartynotices)/i;
const PACKAGE_FOLDER = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;

// Packages published without the licence of their repository, and one published with it.
const SAME_REPOSITORY = {
  '@graphiql/plugin-doc-explorer': 'graphiql',
  '@graphiql/plugin-explorer': 'graphiql',
  '@graphiql/plugin-history': 'graphiql',
  'react-compiler-runtime': 'react',
  'react-remove-scroll-bar': 'react-remove-scroll',
};

// The icon font inside monaco-editor comes without a notice of its own.
const CODICONS = {
  heading: 'Codicons (CC-BY-4.0)',
  text:
    'Icon font of monaco-editor. Copyright (c) Microsoft Corporation. Licensed under the Creative\n' +
    'Commons Attribution 4.0 International licence, https://creativecommons.org/licenses/by/4.0/',
};

function packageFolder(id) {
  return PACKAGE_FOLDER.exec(id.replace(/^\0+/, ''))?.[1];
}

function licenceTexts(folder) {
  return readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
}

function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const source = SAME_REPOSITORY[name] ? join('node_modules', SAME_REPOSITORY[name]) : folder;
  const texts = licenceTexts(source);
  if (texts.length === 0) {
    throw new Error(`${name} has no licence file: name a package of its repository in licences.js`);
  }
  return { heading: `${name} ${version} (${license})`, text: texts.join('\n\n') };
}

/** Two plugins that share one list: `collect` for every build, `report` for the main one. */
export function licences() {
  const folders = new Set();

  function take(id) {
    const folder = packageFolder(id);
    if (folder) {
      folders.add(folder);
    }
  }

  const collect = () => ({
    name: 'clientgraph:collect-licences',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        Object.keys(chunk.modules ?? {}).forEach(take);
      }
      [...this.getModuleIds()].filter((id) => /\.css($|\?)/.test(id)).forEach(take);
    },
  });

  const report = () => ({
    name: 'clientgraph:report-licences',
    enforce: 'post',
    generateBundle() {
      const parts = [CODICONS, ...Array.from(folders, describe)];
      parts.sort((a, b) => (a.heading < b.heading ? -1 : 1));
      const rule = '='.repeat(80);
      const source = parts.map(({ heading, text }) => `${rule}\n${heading}\n${rule}\n\n${text}\n`);
      this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source: source.join('\n') });
    },
  });

  return { collect, report };
}
