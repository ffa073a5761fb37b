// Shows /openapi.json. Requests tried out here carry the log-in of the browser, if there is one, and the
// header that changes need with it.
window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
  requestInterceptor: (request) => {
    request.headers['X-SP-CSRF'] = '1';
    return request;
  },
});
