export function seededRandom(seed: number): () => number;
export function exponential(rate: number, random: () => number): number;
export function createStation(servers: number): {
  admit(arrival: number, service: number | ((inStation: number) => number)): number;
};
export function createMarkovQueue(law: {
  arrivalRate: number;
  serviceRate: number;
  servers: number;
  seed: number;
  every?: number;
}): () => number;
