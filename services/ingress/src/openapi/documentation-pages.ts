import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import { nameRoute } from '../http/observe.ts';

const SWAGGER = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>API documentation – Bursar</title>
<link rel="stylesheet" href="/docs/swagger-ui.css" />
<link rel="icon" href="/docs/favicon-32x32.png" />
</head>
<body>
<div id="documentation"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** A file of its own, because the content security policy allows no script inside a page. */
const START = `window.SwaggerUIBundle({ url: '/openapi.json', dom_id: '#documentation', deepLinking: true, validatorUrl: null });
`;

/** /openapi.json, and its pages from our own origin. */
export function documentationPages(document: object): Router {
  const router = Router();
  const bytes = Buffer.from(JSON.stringify(document));
  router.get('/openapi.json', (_request, response) => {
    nameRoute(response, '/openapi.json');
    response.type('application/json').end(bytes);
  });
  router.get('/docs', (_request, response) => {
    nameRoute(response, '/docs');
    response.type('html').end(PAGE);
  });
  router.get('/docs/start.js', (_request, response) => {
    nameRoute(response, '/docs');
    response.type('js').end(START);
  });
  for (const file of FILES) {
    router.get(`/docs/${file}`, (_request, response) => {
      nameRoute(response, '/docs');
      response.sendFile(file, { root: SWAGGER, maxAge: '1d' });
    });
  }
  return router;
}
