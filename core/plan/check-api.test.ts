import { describe, test } from 'vitest';
import { apiText, knownApis } from '../../test/kit/api-documents';
import { checkFixture } from '../../test/kit/check-fixture';

describe('a plan held against the documents of its targets', () => {
  test('has exactly the problems it says', () => {
    checkFixture(apiText('requests.bench.yaml'), { readApi: knownApis });
  });
});
