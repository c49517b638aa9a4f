// Signs in with a wallet of the browser (EIP-1193) by the message of EIP-4361.
import { post, signInWith } from "./gateway.js";

export const wallet = () => globalThis.ethereum;

const hex = (text) => `0x${[...new TextEncoder().encode(text)].map((one) => one.toString(16).padStart(2, "0")).join("")}`;

export async function signInByWallet() {
  const [address] = await wallet().request({ method: "eth_requestAccounts" });
  const asked = await post("session/nonce");
  const message = [
    `${asked.domain} wants you to sign in with your Ethereum account:`, address, "",
    "Read Lodetrace as a member.", "", `URI: ${asked.uri}`, "Version: 1", `Chain ID: ${asked.chain_id}`,
    `Nonce: ${asked.nonce}`, `Issued At: ${new Date().toISOString()}`,
  ].join("\n");
  const signature = await wallet().request({ method: "personal_sign", params: [hex(message), address] });
  return signInWith((await post("session", { message, signature })).token);
}
