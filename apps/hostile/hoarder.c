// SPDX-License-Identifier: Apache-2.0
/* Hostile: begins uploads and gives them up, without a pause. */
#include <gantry/app_loader.h>
#include <gantry/console.h>

int main(void)
{
    bool told = false;

    for (;;) {
        if (app_loader_setup(8192) != ABI_OK) {
            continue; /* the host that brought it is not quite done */
        }
        if (!told) {
            told = true;
            printf("hoarder: begins\r\n");
        }
        (void)app_loader_abort();
    }
}
