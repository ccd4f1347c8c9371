/**
 * Accountants say what epsilon a list of noisy releases comes to.
 *
 * <p>A release is a {@link dev.gossamer.privacy.accountant.PrivacyEvent}, plain data. Each {@link
 * dev.gossamer.privacy.accountant.Accountant} holds for one adjacency and says which events it can
 * account for; {@link dev.gossamer.privacy.accountant.Calibration} goes the other way, from an
 * epsilon to the noise.
 */
package dev.gossamer.privacy.accountant;
