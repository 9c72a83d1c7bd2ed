import { randomUUID } from 'node:crypto';

process.env.MODEL_CUSTOMER_SCOPE = randomUUID();
