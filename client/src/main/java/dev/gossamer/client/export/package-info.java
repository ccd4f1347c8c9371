/** Adapters and merged weights as folders: our own, PEFT's and transformers'. */
package dev.gossamer.client.export;
