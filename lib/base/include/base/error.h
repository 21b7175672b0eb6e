// SPDX-License-Identifier: Apache-2.0
/*
 * The error scheme that all libraries share: 0 is success, errors are negative, values and counts
 * are positive. Each library has one enum in a range of its own, so that a number says where it
 * came from:
 *
 *     base -1..-99      tbf -100..-199    trust -200..-299   store -300..-399
 *     link -400..-499   kernel -500..-599 hil -600..-699     loader-cli -700..-799
 *     kv -800..-899
 *
 * and two functions, X_error_name() and X_error_text(), which device code does not link.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

enum base_error {
    BASE_OK = 0,
    BASE_E_COBS = -1, /* bytes are not a COBS encoding */
};

/** The name of a base error, such as "BASE_E_COBS"; NULL when the number is not one of them. */
const char *base_error_name(int error);
/** A sentence for people; NULL when the number is not one of them. */
const char *base_error_text(int error);

#endif
