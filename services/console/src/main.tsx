import { createRoot } from 'react-dom/client';
import { queries } from './api/queries.ts';
import { App } from './app/app.tsx';
import { keepToOnePerson } from './app/one-person.ts';
import './app/styles.ts';

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html has no #root');
keepToOnePerson(queries, () => location.reload());
createRoot(root).render(<App />);
