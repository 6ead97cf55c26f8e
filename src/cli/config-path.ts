/** What commands read when no file is named. */
export const defaultConfigPath = 'portcullis.yaml'
