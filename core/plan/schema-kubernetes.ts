/** Where the generators of a load are pods. */
import * as z from 'zod';

export const kubernetes = z
  .strictObject({
    context: z
      .string()
      .max(253)
      .regex(/^[^-\s]\S*$/, 'needs the name of a context of kubectl')
      .meta({ title: 'context', examples: ['bench'] })
      .describe('The context of kubectl: which cluster, and as whom.'),
    namespace: z
      .string()
      .regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/, 'needs the name of a namespace')
      .meta({ title: 'namespace', examples: ['load'] })
      .describe('The namespace in which the pods are made.'),
    image: z
      .string()
      .max(1000)
      .regex(/^[A-Za-z0-9][\w.\-/:@]*$/, 'needs the name of an image')
      .meta({ title: 'image', examples: ['registry.example/benchwright-k6:1'] })
      .describe('The image with our k6; `benchwright export k6-operator` writes the Dockerfile of it.'),
  })
  .describe(
    'The generators are pods of a cluster with k6-operator, as many as `generators` of the phase says, in place of processes of this machine. They are started by kubectl, and only once a person has approved the context and the namespace.',
  );
