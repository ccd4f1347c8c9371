/**
 * Federated LoRA methods, one in a file: what travels, what the server makes of it, what it costs.
 */
package dev.gossamer.protocols.method;
