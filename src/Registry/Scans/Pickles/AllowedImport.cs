namespace Assay.Registry.Scans.Pickles;

/// <summary>How a pickle may use what it imports.</summary>
internal enum ImportUse
{
    /// <summary>A class: may be constructed.</summary>
    Class,

    /// <summary>A function that rebuilds an object: may be called, when its arguments are as its <see cref="CallRule"/> wants.</summary>
    Call,

    /// <summary>A function that an object refers to, such as a metric: may stand there, and not be called while loading.</summary>
    Value,
}

/// <summary>What the arguments of a call are held to.</summary>
internal enum CallRule
{
    /// <summary>Anything: all that is imported was looked at already.</summary>
    Any,

    /// <summary>No arguments: an empty object, which is then given its state.</summary>
    Bare,

    /// <summary><c>numpy…_reconstruct(class, shape, type)</c>: an empty array of an allowed class.</summary>
    EmptyArray,

    /// <summary><c>_codecs.encode(text, 'latin1')</c>: how older protocols write bytes, and no other codec.</summary>
    Encode,

    /// <summary><c>copyreg._reconstructor(class, base, state)</c>: an allowed class on a plain base.</summary>
    Reconstruct,

    /// <summary>A collection or bytes, made from literals: neither from a number, which could be huge, nor from an object that is run.</summary>
    Literals,

    /// <summary><c>torch.storage._load_from_bytes(bytes)</c>: a file of its own, which was scanned.</summary>
    ScannedBytes,

    /// <summary><c>torch._tensor._rebuild_from_type_v2(function, class, arguments, state)</c>: as the function's own rule wants.</summary>
    Indirect,
}

/// <summary>An entry of an allow-list.</summary>
internal sealed record AllowedImport(string Flavour, ImportUse Use, CallRule Rule);
