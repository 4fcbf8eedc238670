public import CasebookLanguage
public import CasebookTables
public import CasebookValues

/// Gives names and types to a syntax tree and makes the plan that it asks for.
public final class Binder {
}
