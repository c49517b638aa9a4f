"""Names that something uses where vulture cannot see it, by kind. `make lint-dead` reads this file.

Never run. Routes and commands are not here: their decorators, named in pyproject.toml, use them.
What only tests use is dead, with the exceptions at the end.
"""

# Members of an enumeration that mirrors the contracts, a standard or a document: all of them are
# written down, most are met by their number or text only.
_.PRICE_ADMINISTRATOR  # lodetrace/contracts/enums.py
_.ORE
_.CONCENTRATE
_.METAL
_.PRECURSOR
_.CATHODE
_.REFINERY
_.PRECURSOR_MAKER
_.CATHODE_MAKER
_.CELL_MAKER
_.PACK_MAKER
_.VEHICLE_MAKER
_.ISO_14001
_.ISO_45001
_.CHAIN_OF_CUSTODY
_.CREDIT_4  # zk_circuits/schema.py
_.AGGREGATION  # lodetrace/documents/epcis.py
_.TRANSACTION
_.ASSOCIATION
_.DELETE
_.TRANSFER  # oracle/prices/submission.py

# A struct of the interface: a test holds that each of them has its class.
Status  # lodetrace/contracts/structs.py

# Choices of an option or a query: whoever asks names them, and they are the last case, or the one
# that needs no branch.
_.BOTH  # api/graph.py
_.VIEWING  # lodetrace/cli/keys.py
_.PROPORTIONAL  # lodetrace/cli/lot/run_order.py
_.RS256  # lodetrace/cli/network/joining.py
_.BONSAI  # lodetrace/cli/network/lifecycle.py
_.OTHERS  # oracle/prices/cli.py
_.SITES  # api/routes/provenance.py

# Set of the standard library calls it for & and |.
_._from_iterable  # lodetrace/audit/replay/lot_sets.py

# Fields of an answer: pydantic writes them, readers of the gateway read them.
_.instance  # api/problems.py
_.not_promised  # api/passport.py
_.excused_at  # api/routes/certificates.py
_.by_council  # api/routes/certificates.py
_.site_kind  # api/site_event_view.py
_.passed_through  # api/sites_view.py
_.usable_until
_.on_hold_until  # api/lot_view.py
_.hold_group

# Fields of an event, a struct or a document: decoded whole, in the order or by the names given.
_.preparer  # lodetrace/contracts/events/prices.py
_.constitutional  # lodetrace/contracts/events/governance.py
_.affected
_.inputs_hash  # lodetrace/contracts/structs.py
_.noticed_at  # lodetrace/contracts/price_structs.py
_.read_point  # lodetrace/documents/epcis.py
_.provisional  # oracle/prices/trading_days.py

# Attributes that belong to a library, which reads what is set here.
_.should_exit  # uvicorn
_.model_config  # pydantic
_.redirect_request  # urllib: it calls it, and follows nothing
_.process_renderables  # rich
_.converter  # logging
_.disabled
_.impl  # sqlalchemy, a type of our own
_.cache_ok
_.load_dialect_impl
_.process_bind_param
_.__annotations__  # typer, by inspect
_.__signature__
_.trust_env  # requests
_.auth
_.on_connect  # paho-mqtt
_.on_connect_fail
_.on_disconnect
_.on_subscribe
_.on_message

# Types in annotations that stand in quotes, because their libraries load only where they are used.
NodeRole  # lodetrace/cli/network/joining.py
TaskID  # lodetrace/cli/terminal.py
Verdicts  # lodetrace/cli/verdict_view.py
PreparedRequest  # lodetrace/node/access.py
RPCEndpoint  # lodetrace/node/client.py, lodetrace/node/endpoint.py
TxParams  # lodetrace/node/client.py
MQTTMessage  # oracle/sources/mqtt.py

# What http.server and socketserver call.
_.daemon_threads  # lodetrace/witness/publication.py
_.do_GET
_.handle_error
_.log_message

# Modules that are named so that their import, which adds their commands, stays.
EVENT_COMMANDS  # lodetrace/cli/main.py
KEYS_COMMANDS
PRODUCT_COMMANDS
LOT_COMMANDS
NETWORK_COMMANDS
AUDIT_COMMANDS

# Indexes: a table has them as soon as they are made.
OF_READERS  # api/indexer/indexes.py

# What tests ask, because nothing else tells it: the settings that the documentation must list, the
# process to kill, the moment from which a broker delivers.
GATEWAY_SETTINGS  # api/settings.py
_.process_id  # zk_circuits/provers/line_program.py
_.is_subscribed  # oracle/sources/mqtt.py

# Names of types in quotation marks, so that the library is not loaded with the module.
Collector  # oracle/service/metrics.py
Family

# What folds the words of a chain's rows; bundles of the next format stand on it.
fold  # lodetrace/audit/rows.py
UNNOTED  # lodetrace/contracts/journal.py

# Words of options, which typer reads off the type.
SHIPPING  # lodetrace/cli/event_sheets.py
RECEIVING
MONTH_FIRST
# What verify.html calls.
Desk  # lodetrace/cli/audit/in_page.py
