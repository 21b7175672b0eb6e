# SPDX-License-Identifier: Apache-2.0
# What of Armv7-M is pure C: the region planner runs here against a model of the hardware.
add_library(gantry_kernel_region STATIC ${PROJECT_SOURCE_DIR}/kernel/arch/arm_m/region.c
  ${PROJECT_SOURCE_DIR}/kernel/arch/arm_m/region_v7m.c ${PROJECT_SOURCE_DIR}/kernel/arch/arm_m/slice.c)
add_library(gantry::kernel_region ALIAS gantry_kernel_region)
target_include_directories(gantry_kernel_region PUBLIC ${PROJECT_SOURCE_DIR}/kernel/include
  ${PROJECT_SOURCE_DIR}/kernel/arch/arm_m/include)
target_compile_options(gantry_kernel_region PRIVATE ${GANTRY_WARNINGS})
target_link_libraries(gantry_kernel_region PUBLIC gantry::base gantry::hil gantry::abi)
gantry_unit_test(NAME kernel_region_test SOURCES kernel_region_test.c DEPENDS kernel_region)
gantry_unit_test(NAME kernel_slice_test SOURCES kernel_slice_test.c DEPENDS kernel_region)

# Of Armv6-M what an instruction accesses.
add_library(gantry_kernel_access STATIC ${PROJECT_SOURCE_DIR}/kernel/arch/arm_m/access_v6m.c)
add_library(gantry::kernel_access ALIAS gantry_kernel_access)
target_compile_options(gantry_kernel_access PRIVATE ${GANTRY_WARNINGS})
gantry_unit_test(NAME kernel_access_test SOURCES kernel_access_test.c DEPENDS kernel_access)

# The schedulers see slots, nothing of the kernel.
set(schedulers ${PROJECT_SOURCE_DIR}/kernel/scheduler)
add_library(gantry_kernel_scheduler STATIC ${schedulers}/cooperative.c ${schedulers}/first.c ${schedulers}/mlfq.c
  ${schedulers}/priority.c ${schedulers}/round_robin.c)
add_library(gantry::kernel_scheduler ALIAS gantry_kernel_scheduler)
target_include_directories(gantry_kernel_scheduler PUBLIC ${PROJECT_SOURCE_DIR}/kernel/include)
target_compile_options(gantry_kernel_scheduler PRIVATE ${GANTRY_WARNINGS})
target_link_libraries(gantry_kernel_scheduler PUBLIC gantry::base)
gantry_unit_test(NAME kernel_scheduler_test SOURCES kernel_scheduler_test.c DEPENDS kernel_scheduler)

# Fault policies, beside a core that the test stands in for.
add_library(gantry_kernel_fault STATIC ${PROJECT_SOURCE_DIR}/kernel/core/fault.c)
add_library(gantry::kernel_fault ALIAS gantry_kernel_fault)
target_include_directories(gantry_kernel_fault PUBLIC ${PROJECT_SOURCE_DIR}/kernel/include
  ${PROJECT_SOURCE_DIR}/kernel/arch/arm_m/include ${PROJECT_SOURCE_DIR}/kernel/core)
target_compile_options(gantry_kernel_fault PRIVATE ${GANTRY_WARNINGS})
target_link_libraries(gantry_kernel_fault PUBLIC gantry::base gantry::hil gantry::abi)
gantry_unit_test(NAME kernel_fault_test SOURCES kernel_fault_test.c DEPENDS kernel_fault)
gantry_unit_test(NAME kernel_ready_test SOURCES kernel_ready_test.c DEPENDS kernel_fault)

# A capsule sees the kernel through kernel/include alone: here behind it is the test.
add_library(gantry_kernel_app_loader STATIC ${PROJECT_SOURCE_DIR}/kernel/capsules/app_loader.c)
add_library(gantry::kernel_app_loader ALIAS gantry_kernel_app_loader)
target_include_directories(gantry_kernel_app_loader PUBLIC ${PROJECT_SOURCE_DIR}/kernel/include
  ${PROJECT_SOURCE_DIR}/kernel/arch/arm_m/include)
target_compile_options(gantry_kernel_app_loader PRIVATE ${GANTRY_WARNINGS})
target_link_libraries(gantry_kernel_app_loader PUBLIC gantry::base gantry::hil gantry::abi)
gantry_unit_test(NAME kernel_app_loader_test SOURCES kernel_app_loader_test.c DEPENDS kernel_app_loader)
