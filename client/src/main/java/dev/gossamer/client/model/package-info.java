/** The shape of a base model and its frozen weights, whatever file they came from. */
package dev.gossamer.client.model;
