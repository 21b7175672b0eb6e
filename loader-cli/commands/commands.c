// SPDX-License-Identifier: Apache-2.0
#include "commands.h"

const struct command *const commands[] = {
    &command_info,           &command_list,
    &command_install,        &command_update,
    &command_remove,         &command_enable,
    &command_disable,        &command_start,
    &command_stop,           &command_restart,
    &command_pause,          &command_resume,
    &command_fault,          &command_ps,
    &command_monitor,        &command_reboot,
    &command_kernel_install, &command_kernel_update,
    &command_kernel_revert,  &command_emu_start,
    &command_emu_stop,       &command_emu_kill,
    &command_emu_reset,      &command_emu_status,
    &command_emu_press,      &command_emu_release,
    &command_emu_pin,        &command_emu_adc,
    &command_emu_strap,      &command_emu_seed,
    &command_keygen,         &command_key_show,
    &command_key_embed,      &command_pack,
    &command_sign,           &command_verify,
    &command_inspect,        &command_help,
    &command_completion,     NULL,
};
