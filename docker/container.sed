# Turns the gateway.yaml of one machine into that of a container: it listens on every address of its own network,
# and finds origin by its name. The Dockerfile fails when an address of the one machine is left.
s/^([[:space:]]*(- )?address:[[:space:]]*)127\.0\.0\.1([[:space:]]|$)/\10.0.0.0\3/
s/^([[:space:]]*- )127\.0\.0\.1:(\$\{(ORIGIN|INTERNAL)_PORT)/\1${ORIGIN_HOST:-origin}:\2/
