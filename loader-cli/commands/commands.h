// SPDX-License-Identifier: Apache-2.0
/* All commands; commands.c puts them in order. */
#ifndef COMMANDS_COMMANDS_H
#define COMMANDS_COMMANDS_H

#include "../cli/cli.h"

extern const struct command command_completion;
extern const struct command command_help;
extern const struct command command_inspect;
extern const struct command command_key_embed;
extern const struct command command_key_show;
extern const struct command command_keygen;
extern const struct command command_pack;
extern const struct command command_sign;
extern const struct command command_verify;

#endif
