#!/bin/sh
sed -i -e "s/^  a: .*$/  a: edited/" -e "s/size: 7/size: 8/" "$1"
