namespace Assay.Registry.Scans.Pickles;

/// <summary>Names that Python 2 wrote, as Python 3 reads them in protocols 0 to 2.</summary>
internal static class PythonNames
{
    public static (string Module, string Name) Today(string module, string name) => (module, name) switch
    {
        ("__builtin__", "unicode") => ("builtins", "str"),
        ("__builtin__", "long") => ("builtins", "int"),
        ("__builtin__", "xrange") => ("builtins", "range"),
        ("__builtin__", _) => ("builtins", name),
        ("copy_reg", _) => ("copyreg", name),
        ("UserDict", "UserDict") => ("collections", name),
        ("commands", _) => ("subprocess", name),
        ("cPickle", _) => ("pickle", name),
        _ => (module, name),
    };
}
