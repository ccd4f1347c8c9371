/** Who takes part: long-term signature keys, their files, and rosters signed offline. */
package dev.gossamer.privacy.identity;
