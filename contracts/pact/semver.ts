// Semantic version 2.0.0, by the expression that semver.org gives; numbers below 2^64, as Pact's parser holds them.

const pattern =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;

export function isSemver(text: string): boolean {
  const found = pattern.exec(text);
  return found?.slice(1, 4).every((number) => BigInt(number) < 2n ** 64n) ?? false;
}
