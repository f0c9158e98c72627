"""What an operation asks for, measured before validation: each selection weighed once.

A selection set is weighed under its one static type, so the work is linear in the document,
whatever its fragments expand to. The walk keeps its own stack: neither nesting nor chains of
fragments can exhaust the interpreter's.

The weight is never too low for a document that validation accepts. It may be too high:

- fields selected twice under one response name are summed, though execution merges them;
- ``edges`` and ``nodes`` selected together are summed, though they hold the same records.

Of the fragments on the object types of an interface or union, which exclude each other, the
dearest type counts; fragments on overlapping interfaces are summed. A field selected on an
interface is weighed as the interface declares it. What is wrong with a document (unknown
names, cycles, bad arguments) costs nothing: validation refuses it. Depth, aliases and root
fields are counted on such parts all the same.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NamedTypeNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    do_types_overlap,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)

CEILING = 10**9
DEFAULT_PAGE = 25
DEFAULT_LIST = 10
MUTATION_COST = 10
# Of a mutation of many records, so many cost a point.
RECORDS_A_POINT = 2


class Toll(NamedTuple):
    """Objects and points, each of which stops growing at `CEILING`.

    ``item_nodes`` and ``item_cost`` are what each record of a connection adds, not yet
    multiplied by its page.
    """

    nodes: int = 0
    cost: int = 0
    item_nodes: int = 0
    item_cost: int = 0

    def plus(self, other: Toll) -> Toll:
        """The sum of both."""
        if other is FREE:
            return self
        return Toll(
            min(CEILING, self.nodes + other.nodes),
            min(CEILING, self.cost + other.cost),
            min(CEILING, self.item_nodes + other.item_nodes),
            min(CEILING, self.item_cost + other.item_cost),
        )


FREE = Toll()


@dataclass(slots=True)
class Weight:
    """The measures of a selection; ``width`` and ``aliases`` stop growing at `CEILING`.

    ``depth`` and ``introspection`` are levels outside and inside ``__schema`` and ``__type``,
    ``width`` is the fields at the top level. ``variants`` holds what an object adds to ``toll``
    where it is of the type so named, for a selection on an interface or union.
    """

    depth: int = 0
    introspection: int = 0
    width: int = 0
    aliases: int = 0
    toll: Toll = FREE
    variants: dict[str, Toll] = field(default_factory=dict)

    def add_shape(self, other: Weight) -> None:
        """Put another selection of the same level beside this one, its toll apart."""
        self.depth = max(self.depth, other.depth)
        self.introspection = max(self.introspection, other.introspection)
        self.width = min(CEILING, self.width + other.width)
        self.aliases = min(CEILING, self.aliases + other.aliases)

    def add_variant(self, name: str, toll: Toll) -> None:
        """Count ``toll`` for objects of the type called ``name`` alone."""
        self.variants[name] = self.variants.get(name, FREE).plus(toll)

    def heaviest(self) -> Toll:
        """The toll where every object is of the dearest type, taken number by number."""
        if not self.variants:
            return self.toll
        return self.toll.plus(Toll(*map(max, zip(*self.variants.values(), strict=True))))


_NOTHING = Weight()
_LEAF = Weight(depth=1, width=1)

_Unit: TypeAlias = tuple[SelectionSetNode, GraphQLCompositeType | None]
_Key: TypeAlias = tuple[int, GraphQLCompositeType | None]
_Walk: TypeAlias = Generator[_Unit, Weight, Weight]


class Weighing:
    """Weighs one operation of a document; ``weights`` keeps what has been weighed.

    ``variables`` are the raw values of the request, ``page`` the most records of one page.
    ``asked`` keeps the variables that the weight depends on, `Undefined` where they are absent.
    A selection set without a type (None) is unknown or not executed: it is measured, but free.
    """

    def __init__(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        schema: GraphQLSchema,
        *,
        page: int,
    ) -> None:
        self.weights: dict[_Key, Weight] = {}
        self.asked: dict[str, Any] = {}
        self._operation = operation
        self._variables = variables
        self._schema = schema
        self._page = page
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._defaults = {
            node.variable.name.value: node.default_value
            for node in operation.variable_definitions or ()
            if node.default_value is not None
        }

    def weigh(self) -> Weight:
        """The weight of the operation after fragment expansion."""
        root = self._schema.get_root_type(self._operation.operation)
        whole = (self._operation.selection_set, root)
        stack = [self._begun(whole)]
        answer: Weight | None = None
        while stack:
            key, walk = stack[-1]
            try:
                unit = next(walk) if answer is None else walk.send(answer)
            except StopIteration as done:
                answer = self.weights[key] = done.value
                stack.pop()
            else:
                answer = self.weights.get(_key(unit))
                if answer is None:
                    stack.append(self._begun(unit))
        return self.weights[_key(whole)]

    def _begun(self, unit: _Unit) -> tuple[_Key, _Walk]:
        key = _key(unit)
        # Where fragments form a cycle, its second visit finds this and adds nothing.
        self.weights[key] = _NOTHING
        return key, self._selection_set(*unit)

    def _selection_set(self, node: SelectionSetNode, parent: GraphQLCompositeType | None) -> _Walk:
        total = Weight()
        for selection in node.selections:
            kind = None if self._left_out(selection.directives) else parent
            if isinstance(selection, FieldNode):
                weight = yield from self._field(selection, kind)
                total.add_shape(weight)
                total.toll = total.toll.plus(weight.toll)
            else:
                yield from self._fragment(selection, kind, total)
        return total

    def _fragment(
        self, node: SelectionNode, parent: GraphQLCompositeType | None, total: Weight
    ) -> Generator[_Unit, Weight, None]:
        """Add to ``total`` what a fragment selects on objects of the type ``parent``."""
        target: FragmentDefinitionNode | InlineFragmentNode | None = None
        if isinstance(node, FragmentSpreadNode):
            target = self._fragments.get(node.name.value)
        elif isinstance(node, InlineFragmentNode):
            target = node
        if target is None:
            return
        kind = self._narrowed(parent, target.type_condition)
        weight = yield target.selection_set, kind
        total.add_shape(weight)
        if kind is not None and is_object_type(kind) and kind is not parent:
            total.add_variant(kind.name, weight.toll)
        else:
            total.toll = total.toll.plus(weight.toll)
        for name, toll in weight.variants.items():
            if is_abstract_type(parent):
                total.add_variant(name, toll)
            elif parent is not None and parent.name == name:
                total.toll = total.toll.plus(toll)

    def _field(
        self, node: FieldNode, parent: GraphQLCompositeType | None
    ) -> Generator[_Unit, Weight, Weight]:
        name = node.name.value
        declared = None
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            declared = parent.fields.get(name)
        kind = get_named_type(declared.type) if declared is not None else None
        aliased = node.alias is not None and node.alias.value != name
        if node.selection_set is None:
            weight = Weight(depth=1, width=1, aliases=1) if aliased else _LEAF
            inner = _NOTHING
        else:
            inner = yield node.selection_set, kind if is_composite_type(kind) else None
            weight = Weight(width=1, aliases=min(CEILING, inner.aliases + aliased))
            if name in ("__schema", "__type"):
                weight.depth = 1
                weight.introspection = 1 + max(inner.depth, inner.introspection)
            else:
                weight.depth = 1 + inner.depth
                weight.introspection = inner.introspection
        if parent is None or declared is None:
            return weight
        toll = self._toll(inner.heaviest(), node, declared, parent)
        return weight if toll is FREE else replace(weight, toll=toll)

    def _toll(
        self, inner: Toll, node: FieldNode, field: GraphQLField, parent: GraphQLCompositeType
    ) -> Toll:
        """Objects and points of a field whose every object holds ``inner``."""
        name = node.name.value
        of_connection = parent.name.endswith("Connection")
        marks = _marks(field)
        usual = MUTATION_COST if parent is self._schema.mutation_type else None
        given = self._given(node, field)
        usual = usual and usual + -(-(given or 0) // RECORDS_A_POINT)
        if is_leaf_type(get_named_type(field.type)):
            points = usual or int(of_connection and name == "totalCount")
            points = min(CEILING, marks.get("cost", points))
            return Toll(cost=points) if points else FREE
        edge = of_connection and name == "edges"
        page = self._asked(node, field)
        records = min(DEFAULT_PAGE, self._page) if page is None else page
        records = records if given is None else given
        nodes = int(not edge) + inner.nodes + records * inner.item_nodes
        cost = marks.get("cost", usual or int(not edge))
        cost += inner.cost + records * inner.item_cost
        if edge or (of_connection and name == "nodes") or "each" in marks:
            return Toll(item_nodes=min(CEILING, nodes), item_cost=min(CEILING, cost))
        times = 1
        if is_list_type(get_nullable_type(field.type)):
            times = self._length(node, field, marks, page)
        return Toll(nodes=min(CEILING, times * nodes), cost=min(CEILING, times * cost))

    def _narrowed(
        self, parent: GraphQLCompositeType | None, condition: NamedTypeNode | None
    ) -> GraphQLCompositeType | None:
        """The type under which a fragment applies to ``parent``; None where it never does."""
        if parent is None or condition is None:
            return parent
        kind = self._schema.get_type(condition.name.value)
        if is_composite_type(kind) and do_types_overlap(self._schema, parent, kind):
            return kind
        return None

    def _left_out(self, directives: Iterable[DirectiveNode] | None) -> bool:
        """Whether ``@skip`` or ``@include`` surely leaves the selection out."""
        verdicts = {"skip": True, "include": False}
        return any(
            self._value(argument.value) is verdicts[directive.name.value]
            for directive in directives or ()
            if directive.name.value in verdicts
            for argument in directive.arguments or ()
            if argument.name.value == "if"
        )

    def _asked(self, node: FieldNode, field: GraphQLField) -> int | None:
        """The page that ``first`` or ``last`` asks for, None where neither is given."""
        given = (self._argument(node, field, name) for name in ("first", "last"))
        return max((self._page_size(each) for each in given if each is not None), default=None)

    def _given(self, node: FieldNode, field: GraphQLField) -> int | None:
        """How many records a mutation of many is given; None for any other field."""
        name = _metadata(field).get("records")
        if name is None:
            return None
        given = self._argument(node, field, "input")
        if isinstance(given, ObjectValueNode):
            given = {each.name.value: self._value(each.value) for each in given.fields}
        records = given.get(name) if isinstance(given, Mapping) else None
        return len(records) if isinstance(records, list | tuple) else 1

    def _page_size(self, value: Any) -> int:
        # JSON variables may spell an Int as 100.0, which coercion accepts.
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        usable = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return min(value if usable else DEFAULT_PAGE, self._page)

    def _length(
        self, node: FieldNode, field: GraphQLField, marks: Mapping[str, int], page: int | None
    ) -> int:
        """How many objects a list may hold; a list of lists counts as one list."""
        if page is not None:
            return page
        ids = self._argument(node, field, "ids")
        if ids is not None:
            return len(ids) if isinstance(ids, list | tuple) else 1
        return marks.get("size", DEFAULT_LIST)

    def _argument(self, node: FieldNode, field: GraphQLField, name: str) -> Any:
        """The raw value of an argument or its default, None where absent, null or unknown."""
        declared = field.args.get(name)
        if declared is None:
            return None
        value = self._value(_named(node.arguments or (), name))
        if value is Undefined and declared.default is not None:
            literal = declared.default.literal
            value = self._value(literal) if literal is not None else declared.default.value
        elif value is Undefined:
            value = declared.default_value
        return None if value is Undefined else value

    def _value(self, node: ValueNode | None) -> Any:
        """A value as far as prices need it; Undefined for a variable that has none."""
        if isinstance(node, VariableNode):
            name = node.name.value
            given = self.asked[name] = self._variables.get(name, Undefined)
            if given is not Undefined:
                return given
            node = self._defaults.get(name)
        match node:
            case None:
                return Undefined
            case NullValueNode():
                return None
            case BooleanValueNode(value=flag):
                return flag
            case IntValueNode(value=digits):
                # Twelve characters are beyond any limit, and int() refuses 4,300 of them.
                return int(digits[:12])
            case ListValueNode(values=values):
                return values
            case _:
                return node


def _key(unit: _Unit) -> _Key:
    # By identity: equal nodes are compared, and hashed, through all that they hold.
    selection_set, kind = unit
    return id(selection_set), kind


def _named(arguments: Iterable[ArgumentNode], name: str) -> ValueNode | None:
    return next((node.value for node in arguments if node.name.value == name), None)


def _marks(field: GraphQLField) -> Mapping[str, int]:
    """The marks of a field, from the ``metadata`` of its Strawberry definition."""
    metadata = _metadata(field)
    return {
        name: value
        for name in ("size", "cost", "each")
        if isinstance(value := metadata.get(name), int) and value >= 0
    }


def _metadata(field: GraphQLField) -> Mapping[str, Any]:
    return getattr(field.extensions.get("strawberry-definition"), "metadata", None) or {}
