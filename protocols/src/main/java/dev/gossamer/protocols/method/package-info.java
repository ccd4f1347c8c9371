/** Federated LoRA methods: what of an adapter travels, and how the next one is made of it. */
package dev.gossamer.protocols.method;
