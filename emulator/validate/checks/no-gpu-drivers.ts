// 46. No driver of NVIDIA's in the image: it comes from the host, and must match its kernel.
import { posix } from 'node:path';
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import type { LayerFile } from '../image-files/saved-image.ts';
import { imageFiles } from '../probes/image-files.ts';
import { shortList } from '../short-list.ts';

const libraries = /^lib(cuda|nvcuvid|nvidia-[\w-]+)\.so(\.[\d.]+)?$/;
const modules = /^nvidia[\w-]*\.ko(\.(xz|gz|zst))?$/;
/** For linking, and NVIDIA's own way to run newer programs on an older driver. */
const allowedFolders = /(^|\/)(stubs|compat)(\/|$)/;

export const noGpuDrivers: Check = {
  id: 'no-gpu-drivers',
  group: 'image',
  severity: 'review',
  title: 'No NVIDIA driver is in the image',
  why: "The host's driver is mounted into the container. Another one in the image hides it, and CUDA fails where they differ (error 803).",
  source: 'SageMaker developer guide, "Use your own inference code with hosting services": the image must not bundle NVIDIA drivers',
  fix: 'Install the CUDA toolkit without the driver (cuda-toolkit, or an nvidia/cuda base image), never nvidia-driver-* or libcuda1.',
  async judge(evidence) {
    const { visible } = await evidence.of(imageFiles);
    const found = [...visible.values()].filter(isDriver);
    if (found.length === 0) return { outcome: 'passed' };
    return {
      outcome: 'failed',
      findings: shortList(found.map(({ path }) => `/${printable(path)} is part of NVIDIA's driver; wanted: none in the image`)),
    };
  },
};

/** Links and empty files are what a run with a GPU leaves behind. */
function isDriver({ path, kind, bytes }: LayerFile): boolean {
  if (!(kind === 'hardLink' || (kind === 'file' && bytes > 0)) || allowedFolders.test(path)) return false;
  const name = posix.basename(path);
  return libraries.test(name) || modules.test(name);
}
