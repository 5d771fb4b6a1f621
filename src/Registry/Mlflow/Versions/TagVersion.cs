using Assay.Governance;
using Assay.Kernel;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>Sets a tag of a version, or takes it away.</summary>
internal static class TagVersion
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapModelOperation("POST", "/model-versions/set-tag", Set, RegistryPermissions.Write);
        group.MapModelOperation("DELETE", "/model-versions/delete-tag", Delete, RegistryPermissions.Write);
    }

    private static async Task Set(MlflowCall call)
    {
        var (name, number) = (RegistryNames.Model(call.Fields), RegistryNames.Version(call.Fields));
        var key = RegistryNames.TagKey(call.Fields.RequiredText("key"));
        var value = RegistryNames.TagValue(key, call.Fields.Text("value") ?? "");
        await call.Get<RegistryBook>().Version(name, number, call.Cancel);
        var db = call.Get<AssayDb>();
        if (await Find(call, name, number, key) is { } tag)
            tag.Value = value;
        else
            db.VersionTags.Add(new() { Model = name, Version = number, Key = key, Value = value });
        call.Get<ILedger>().Append(ModelTagged.Of(name, number, key, value));
        await db.SaveChangesAsync(call.Cancel);
        await call.Answer();
    }

    private static async Task Delete(MlflowCall call)
    {
        var (name, number) = (RegistryNames.Model(call.Fields), RegistryNames.Version(call.Fields));
        var key = RegistryNames.TagKey(call.Fields.RequiredText("key"));
        await call.Get<RegistryBook>().Version(name, number, call.Cancel);
        if (await Find(call, name, number, key) is { } tag)
        {
            call.Get<AssayDb>().Remove(tag);
            call.Get<ILedger>().Append(ModelTagged.Of(name, number, key, null));
            await call.Get<AssayDb>().SaveChangesAsync(call.Cancel);
        }

        await call.Answer();
    }

    private static Task<VersionTag?> Find(MlflowCall call, string model, int version, string key) =>
        call.Get<AssayDb>().VersionTags.SingleOrDefaultAsync(tag => tag.Model == model && tag.Version == version && tag.Key == key, call.Cancel);
}
