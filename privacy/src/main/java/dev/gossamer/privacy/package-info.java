/** What an exchange reveals, and what bounds it: noise, accounting, masking, identity. */
package dev.gossamer.privacy;
