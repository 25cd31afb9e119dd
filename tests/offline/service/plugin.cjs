module.exports = require('../../../local/offline/plugin.ts');
