export { DisplayName, LoginRequest, LogoutRequest, RefreshRequest, RegisterRequest, TokenResponse } from './auth.ts';
export { Money } from './money.ts';
export { IdempotencyKey, Order, OrderLine, OrderStatus, PlaceOrder } from './orders.ts';
export { ListQuery, pageOf, type Page } from './pagination.ts';
export { Product } from './products.ts';
export { Home, Overview } from './screens.ts';
export { UpdateUser, User } from './users.ts';
