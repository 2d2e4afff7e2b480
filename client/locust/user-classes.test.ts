import { expect, test } from 'vitest';
import { userClasses } from './user-classes';

test('classes that end up at one of Locust are users, and abstract ones are not run', () => {
  const text = `import locust
from locust.contrib.fasthttp import FastHttpUser


class Base(locust.HttpUser):
    abstract = True
    host = "http://127.0.0.1:1"


class Shopper(
    Base,
):
    host = 'https://shop.test'  # ours

    @task
    def buy(self):
        self.client.get("/")

# class Ghost(HttpUser):
class Reader(FastHttpUser): pass

class Basket(TaskSet):
    class Inner(HttpUser):
        pass

class Visitor(Mixin, Reader):
    def host(self): ...
`;
  expect(userClasses(text)).toEqual([
    { name: 'Shopper', line: 9, host: 'https://shop.test' },
    { name: 'Reader', line: 19, host: undefined },
    { name: 'Visitor', line: 25, host: undefined },
  ]);
});

test('a file that does not import Locust has none', () => {
  expect(userClasses('from django.auth import User\n\nclass Admin(User):\n    pass\n')).toEqual([]);
  expect(userClasses('# import locust\nclass A(HttpUser): pass')).toEqual([]);
  expect(userClasses('')).toEqual([]);
});
