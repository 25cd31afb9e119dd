/** The baseline of a cold start: a handler that makes one signed DynamoDB GetItem over node:http with aws4, and nothing else. */
const http = require('node:http');
const aws4 = require('aws4');

exports.handler = ({ endpoint, region, table, credentials }) =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(endpoint);
    const body = JSON.stringify({
      TableName: table,
      Key: { pk: { S: 'NONE' }, sk: { S: 'NONE' } },
    });
    const options = aws4.sign(
      {
        service: 'dynamodb',
        region,
        hostname,
        port,
        method: 'POST',
        path: '/',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'DynamoDB_20120810.GetItem',
          host: `${hostname}:${port}`,
        },
        body,
      },
      credentials,
    );
    const request = http.request(options, (response) => {
      response.resume();
      response.on('end', () => resolve({ statusCode: response.statusCode }));
    });
    request.on('error', reject);
    request.end(body);
  });
