/** Small dense linear algebra in double precision: products that stay in their factors. */
package dev.gossamer.protocols.algebra;
