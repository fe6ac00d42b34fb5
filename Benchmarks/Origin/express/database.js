'use strict';

const { Pool } = require('pg');

const pool = new Pool({ max: 10, options: '-c search_path=express' });

// Runs `work` with a client of its own inside a transaction.
async function transaction(work) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

module.exports = { pool, transaction };
