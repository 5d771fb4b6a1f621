using System.Text.Json;
using Assay.Kernel;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Assay.Console.Layout;

/// <summary>
/// Carries what a page was made from to the connected page, so that nothing is asked for twice and nothing flickers. A large
/// answer is not carried but asked for again: it would exceed what a browser may send when it connects.
/// </summary>
internal static class CarriedOver
{
    /// <summary>Largest answer that is carried. The connection takes four times as much, since it comes back encrypted and encoded.</summary>
    public const int BytesMax = 256 * 1024;

    public static T? Take<T>(PersistentComponentState carrier, Type page)
        where T : class =>
        carrier.TryTakeFromJson<byte[]>(page.FullName!, out var bytes) && bytes is not null
            ? JsonSerializer.Deserialize<T>(bytes, AssayJson.Options)
            : null;

    public static PersistingComponentStateSubscription Offer<T>(PersistentComponentState carrier, Type page, Func<T?> loaded)
        where T : class =>
        carrier.RegisterOnPersisting(
            () =>
            {
                if (loaded() is { } value && JsonSerializer.SerializeToUtf8Bytes(value, AssayJson.Options) is { Length: <= BytesMax } bytes)
                    carrier.PersistAsJson(page.FullName!, bytes);
                return Task.CompletedTask;
            },
            RenderMode.InteractiveServer);
}
