using Assay.Governance;
using Assay.Kernel.Permissions;

namespace Assay.Tracking.Mlflow.Access;

/// <summary>
/// A user's permission on one experiment, registered model or scorer, which is what is bound to the user there. Who manages the
/// resource sees and changes them.
/// </summary>
internal static class PermissionRoutes
{
    private const int NameLengthMax = 200;

    public static void Map(IEndpointRouteBuilder older, IEndpointRouteBuilder newer)
    {
        Map(older, "/experiments/permissions", PermissionKind.Experiment);
        Map(older, "/registered-models/permissions", PermissionKind.Model);
        Map(newer, "/scorers/permissions", PermissionKind.Scorer);
    }

    private static void Map(IEndpointRouteBuilder group, string path, PermissionKind kind)
    {
        Map("POST", "/create", Create);
        Map("GET", "/get", (call, place) => Answer(call, place, Existing(call, place)));
        Map("PATCH", "/update", Update);
        Map("DELETE", "/delete", Delete);

        void Map(string method, string verb, Func<MlflowCall, Place, Task> handle) =>
            group.MapFields(method, path + verb, call => handle(call, Read(call, kind))).RequiresSomewhere(GovernancePermissions.BindingsAdmin);
    }

    private static async Task Create(MlflowCall call, Place place)
    {
        var level = PermissionKind.Level(call.Fields);
        if (Found(call, place) is not null)
            throw MlflowError.Exists($"{place.Kind.Words} ({place.Kind.Named(place.Name)}, username={place.User.UserName}) already exists.");
        await Set(call, place, level);
        await Answer(call, place, level);
    }

    private static async Task Update(MlflowCall call, Place place)
    {
        var level = PermissionKind.Level(call.Fields);
        Existing(call, place);
        await Set(call, place, level);
        await call.Answer();
    }

    private static async Task Delete(MlflowCall call, Place place)
    {
        Existing(call, place);
        await Set(call, place, null);
        await call.Answer();
    }

    private static Place Read(MlflowCall call, PermissionKind kind)
    {
        var name = Names.DemandLength(kind.NameIn(call.Fields), NameLengthMax, "Name", kind.Fields[^1]);
        var place = new Place(kind, name, null!);
        call.Get<IGrants>().DemandManager(call.Project, place.Resource);   // before anything is said about users
        return place with { User = UserRoutes.Named(call) };
    }

    private static GrantLevel? Found(MlflowCall call, Place place) => call.Get<IGrants>().Find(place.User.Id, call.Project, place.Resource);

    private static GrantLevel Existing(MlflowCall call, Place place) => Found(call, place)
        ?? throw MlflowError.NotFound($"{place.Kind.Words} with {place.Kind.Named(place.Name)} and username={place.User.UserName} not found");

    private static Task Set(MlflowCall call, Place place, GrantLevel? level) =>
        call.Get<IGrants>().Put(place.User.Id, call.Project, place.Resource, level, call.Cancel);

    private static Task Answer(MlflowCall call, Place place, GrantLevel level) => call.Answer(json =>
    {
        json.WriteStartObject($"{place.Kind.Entity}_permission");
        place.Kind.Write(json, call, place.User, place.Name, level);
        json.WriteEndObject();
    });

    private sealed record Place(PermissionKind Kind, string Name, UserAccount User)
    {
        public string Resource => $"{Kind.Kind}/{Name}";
    }
}
