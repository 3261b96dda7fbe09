/** What stands for an access token on screens; never written to a file. */
export const MASK = 'portside_••••••••';

/** Puts {@link MASK} in the place of `token`, and of every other token that Portside has made, as in a file that is to be shown. */
export const maskToken = (text: string, token: string): string => {
  const withoutMade = text.replaceAll(/portside_[\w-]{43}/g, MASK);
  return token === '' ? withoutMade : withoutMade.replaceAll(token, MASK);
};
