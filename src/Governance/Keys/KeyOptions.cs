using System.ComponentModel.DataAnnotations;

namespace Assay.Governance.Keys;

/// <summary>Where the keys for signing models are; section <c>Keys</c>.</summary>
internal sealed class KeyOptions : IValidatableObject
{
    /// <summary><c>file</c>: files of the home. <c>pkcs11</c>: a device that never gives its keys away. New versions are made there; older ones stay where they are.</summary>
    [RegularExpression("^(file|pkcs11)$", ErrorMessage = "Keys:Provider is file or pkcs11.")]
    public string Provider { get; init; } = "file";

    /// <summary>The device's library, such as <c>/usr/lib/softhsm/libsofthsm2.so</c>.</summary>
    public string Pkcs11Library { get; init; } = "";

    /// <summary>Label of the token on it.</summary>
    public string Pkcs11Token { get; init; } = "";

    /// <summary>File whose first line is the user's PIN.</summary>
    public string Pkcs11PinFile { get; init; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Provider == "pkcs11" && (Pkcs11Library.Length == 0 || Pkcs11Token.Length == 0 || Pkcs11PinFile.Length == 0))
            yield return new("Keys:Provider 'pkcs11' needs Keys:Pkcs11Library, Keys:Pkcs11Token and Keys:Pkcs11PinFile.");
    }
}
