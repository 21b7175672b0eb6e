// SPDX-License-Identifier: Apache-2.0
#include "commands.h"

const struct command *const commands[] = {
    &command_keygen, &command_key_show, &command_key_embed, &command_pack,       &command_sign,
    &command_verify, &command_inspect,  &command_help,      &command_completion, NULL,
};
