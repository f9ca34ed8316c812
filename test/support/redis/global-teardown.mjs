import { stopShared } from './global-setup.mjs';

export default stopShared;
